/**
 * Whether this browser has what background blur needs: frames that a worker can take. It is the youngest of the needed
 * parts; Chrome 94, Safari 16.4 and Firefox 130 have the others, too. Asks for nothing.
 */
export const canBlur = (): boolean => 'VideoFrame' in globalThis;
