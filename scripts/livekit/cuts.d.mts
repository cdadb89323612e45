/** Modules of livekit-client and its packages, by their path in `node_modules`, and what takes their place. */
export const replacements: Readonly<Record<string, string>>;
