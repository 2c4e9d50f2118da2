/** Ordinary commands on ordinary tickets need half of the desk: the other half is loaded when something first asks for it. */

/** What ordinary commands do without. A bundler that splits code keeps it out of what is loaded at the start. */
export const loadRest = () => import('./rest-part.ts')
