/** Drawn stand-ins for what cameras and screens would show: flat, faceless, ours. */
/** Shows the drawing of a person or a screen in a video, as its poster. */
export declare function paint(
  video: HTMLVideoElement,
  of: {
    readonly identity: string;
    readonly source: string;
  },
): void;
//# sourceMappingURL=pictures.d.ts.map
