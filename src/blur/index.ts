/** Blur room: a camera's picture in, the person of it over a blurred background out. Loaded when blur is turned on. */
export { loadBlur } from './blur.js';
