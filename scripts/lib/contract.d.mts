interface Named {
  readonly name: string;
  readonly description: string;
}
export interface Contract {
  readonly attributes: readonly (Named & {
    readonly property: string | undefined;
    readonly words: readonly string[] | undefined;
    readonly when: 'now' | 'join' | 'connect';
  })[];
  readonly properties: readonly (Named & { readonly type: string; readonly access: 'read' | 'write' | 'both' })[];
  readonly methods: readonly Named[];
  readonly events: readonly (Named & { readonly detail: readonly { readonly name: string }[] })[];
  readonly slots: readonly Named[];
  readonly parts: readonly Named[];
  readonly cssProperties: readonly Named[];
  readonly states: readonly Named[];
  readonly features: readonly string[];
  readonly errorAreas: readonly string[];
  readonly entries: readonly string[];
  readonly words: Readonly<
    Record<'meeting' | 'participant' | 'phase' | 'violation' | 'left' | 'connection', readonly string[]>
  >;
}
export function readContract(dist?: string): Promise<Contract>;
