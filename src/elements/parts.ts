/** Which tags come with which module. Modules beyond the first screen are loaded when somebody needs them. */
export type Tags = Readonly<Record<string, CustomElementConstructor>>;

const groups = {
  devices: async (): Promise<Tags> => (await import('./menu/tags.js')).tags,
  live: async (): Promise<Tags> => (await import('./live/tags.js')).tags,
  screen: async (): Promise<Tags> => (await import('./screen/tags.js')).tags,
} as const;
export type PartGroup = keyof typeof groups;

const loaded = new Set<() => Promise<Tags>>();
let register: (tags: Tags) => void = (tags) => {
  for (const [tag, constructor] of Object.entries(tags))
    if (!customElements.get(tag)) customElements.define(tag, constructor);
};

/** Who registers the tags of a module when it arrives; `define` gives itself. */
export function registerPartsWith(registrar: (tags: Tags) => void): void {
  register = registrar;
}

/** Whether the tags of a group are there. */
export const hasPart = (group: PartGroup): boolean => hasTags(groups[group]);
/** Loads a group. Rejects when its module can't be loaded; the next call tries again. */
export const loadPart = (group: PartGroup): Promise<void> => loadTags(groups[group]);

/** {@link hasPart} and {@link loadPart} for groups that only a later module knows, by what loads them. */
export const hasTags = (load: () => Promise<Tags>): boolean => loaded.has(load);
export async function loadTags(load: () => Promise<Tags>): Promise<void> {
  if (loaded.has(load)) return;
  const tags = await load();
  if (!loaded.has(load)) register(tags);
  loaded.add(load);
}
