/** The clocks are a third of the code and not every host has an SLA: they are loaded when the first tenant needs them. */

/** All of the desk that knows `sla`. A bundler that splits code keeps it out of what is loaded at the start. */
export const loadSla = () => import('./sla-part.ts')
