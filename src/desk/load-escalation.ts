/** Not every host escalates: ladders and schedules are loaded when the first tenant has some. */

/** All of the desk that knows escalations. A bundler that splits code keeps it out of what is loaded at the start. */
export const loadEscalation = () => import('./escalation-part.ts')
