/** Rows for which the browser keeps one account of what is in sight; as many as it lays out at once when they come into it. */
const SIZE = 10;

/** Neighbours in a long list. The same object, as long as anybody of it stays: a key. */
export interface Group<T> {
  people: readonly T[];
}

/**
 * A long list in short groups. Who comes or goes changes one group; everybody else stays in theirs, since a row that moved
 * to another would be made anew and lose the focus.
 */
export class Groups<T extends { readonly identity: string }> {
  #of = new Map<string, Group<T>>();

  split(people: readonly T[]): readonly Group<T>[] {
    const before = this.#of;
    const groups = new Map<Group<T>, T[]>();
    this.#of = new Map();
    let group: Group<T> = { people: [] };
    let here: T[] = [];
    const begin = (next: Group<T>): void => {
      group = next;
      groups.set(group, (here = []));
    };
    people.forEach((person, index) => {
      const own = before.get(person.identity);
      const next = before.get(people[index + 1]?.identity ?? '');
      if (own && !groups.has(own)) begin(own);
      // A newcomer between two of a group comes to them, however many they are.
      else if (groups.size === 0 || (own !== group && next !== group && here.length >= SIZE)) begin({ people: [] });
      here.push(person);
      this.#of.set(person.identity, group);
    });
    for (const [each, members] of groups) each.people = members;
    return [...groups.keys()];
  }
}
