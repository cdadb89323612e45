/** What the model looks at, in pixels. */
export const WIDTH = 256;
export const HEIGHT = 144;
