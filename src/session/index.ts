/** Session room: a meeting without UI or vendor. */
export * from './types.js';
export * from './ports.js';
export * from './tab-store.js';
export { Session } from './session.js';
export { browserDevices } from './devices/browser-devices.js';
