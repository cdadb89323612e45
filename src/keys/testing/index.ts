/** `secure-meeting/testing`: a simulated network for key providers, and the kit that runs any provider through it. */
export * from './conformance.js';
export * from './random.js';
export * from './roster-seen.js';
export * from './sim-meeting.js';
export * from './sim-node.js';
export * from './sim-sink.js';
export * from './simulation.js';
export * from './stand-ins.js';
