/** Which tags come with which module. Modules beyond the first screen are loaded when somebody needs them. */
export type Tags = Readonly<Record<string, CustomElementConstructor>>;

const groups = {
  devices: async (): Promise<Tags> => (await import('./menu/tags.js')).tags,
  live: async (): Promise<Tags> => (await import('./live/tags.js')).tags,
  screen: async (): Promise<Tags> => (await import('./screen/tags.js')).tags,
  chat: async (): Promise<Tags> => (await import('./chat/tags.js')).tags,
  people: async (): Promise<Tags> => (await import('./people/tags.js')).tags,
  privacy: async (): Promise<Tags> => (await import('./privacy/tags.js')).tags,
  report: async (): Promise<Tags> => (await import('./report/tags.js')).tags,
  pip: async (): Promise<Tags> => (await import('./pip/tags.js')).tags,
  settings: async (): Promise<Tags> => (await import('./settings/tags.js')).tags,
} as const;
export type PartGroup = keyof typeof groups;

const loaded = new Set<PartGroup>();
let register: (tags: Tags) => void = (tags) => {
  for (const [tag, constructor] of Object.entries(tags))
    if (!customElements.get(tag)) customElements.define(tag, constructor);
};

/** Who registers the tags of a module when it arrives; `define` gives itself. */
export function registerPartsWith(registrar: (tags: Tags) => void): void {
  register = registrar;
}

/** Whether the tags of a group are there. */
export function hasPart(group: PartGroup): boolean {
  return loaded.has(group);
}

/** Loads a group. Rejects when its module can't be loaded; the next call tries again. */
export async function loadPart(group: PartGroup): Promise<void> {
  if (loaded.has(group)) return;
  const tags = await groups[group]();
  if (!loaded.has(group)) register(tags);
  loaded.add(group);
}
