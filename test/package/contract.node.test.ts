/** The element as the package describes it, against what was promised, and against the code that draws it. */
import { expect } from 'chai';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as contractModule from '../../scripts/lib/contract.mjs';
import { PARTS, STATE_TOKENS } from '../../src/styles/parts.js';
import promised from '../fixtures/contract.json';
import { root } from './packed.js';

/** Slots between two of our own elements, which a page can't reach. */
const INNER_SLOTS = ['devices', 'end'];

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name).sort();
const sorted = (list: readonly string[]): string[] => [...list].sort();

describe('the contract of the element', () => {
  let contract: contractModule.Contract;
  let sources: ReadonlyMap<string, string>;
  before(async () => {
    // Not bundled with this test: it finds the checkout by where it stands.
    const module = pathToFileURL(path.join(root, 'scripts/lib/contract.mjs')).href;
    contract = await ((await import(module)) as typeof contractModule).readContract();
    const files = await readdir(path.join(root, 'src'), { recursive: true });
    const ours = files.filter((file) => /^(elements|styles)\/.*\.(ts|css)$/.test(file));
    sources = new Map(
      await Promise.all(
        ours.map(async (file) => [file, await readFile(path.join(root, 'src', file), 'utf8')] as const),
      ),
    );
  });
  /** What a pattern finds in our elements: its first group, each once. */
  const inCode = (pattern: RegExp): string[] => [
    ...new Set(
      [...sources.values()].flatMap((text) => [...text.matchAll(pattern)].map(([, found]) => found as string)),
    ),
  ];

  it('attributes: the promised ones, read when promised, with the promised words', () => {
    expect(Object.fromEntries(contract.attributes.map(({ name, when }) => [name, when]))).to.deep.equal(
      promised.attributes,
    );
    const words = contract.attributes.flatMap(({ name, words }) => (words ? [[name, words] as const] : []));
    expect(Object.fromEntries(words)).to.deep.equal(promised.words);
    expect(contract.features).to.have.members(promised.features);
    expect(contract.features).to.have.length(promised.features.length);
  });

  it('properties and methods: the promised ones, and which can be read and written', () => {
    const both = contract.properties.map(({ name, access }) => [name, access]);
    // `keyProvider` has an attribute too: an attribute is text, the property more.
    expect(contract.attributes.find(({ property }) => property === 'keyProvider')).not.to.equal(undefined);
    expect(Object.fromEntries([...both, ['keyProvider', 'both']])).to.deep.equal(promised.properties);
    expect(names(contract.methods)).to.deep.equal(sorted(promised.methods));
  });

  it('events: the promised ones, each with the promised detail', () => {
    const details = contract.events.map(({ name, detail }) => [name, names(detail)]);
    const expected = Object.entries(promised.events).map(([name, detail]) => [name, sorted(detail)]);
    expect(Object.fromEntries(details)).to.deep.equal(Object.fromEntries(expected));
    expect(sorted(contract.words.violation)).to.deep.equal(sorted(promised.violations));
    expect(sorted(contract.words.left)).to.deep.equal(sorted(promised.leftReasons));
    expect(sorted(contract.words.connection)).to.deep.equal(sorted(promised.connectionStates));
    expect(sorted(contract.errorAreas)).to.deep.equal(sorted(promised.errorAreas));
  });

  it('states: the promised ones, and each can be styled', () => {
    expect(sorted(contract.words.participant)).to.deep.equal(sorted(promised.participantStates));
    expect(sorted(contract.words.meeting)).to.deep.equal(sorted(promised.meetingStates));
    expect(contract.words.phase).to.include.members(promised.elementPhases);
    const all = new Set([...contract.words.meeting, ...contract.words.phase]);
    expect(names(contract.states)).to.deep.equal(sorted([...all]));
  });

  it('entries of the package: the promised ones', () => {
    expect(sorted(contract.entries)).to.deep.equal(sorted(promised.entries));
  });

  it('slots: the promised ones, and each stands in a template', () => {
    expect(names(contract.slots)).to.deep.equal(sorted(promised.slots));
    const drawn = inCode(/<slot name="([\w-]+)"/g).filter((name) => !INNER_SLOTS.includes(name));
    // These three are named after the phase that they stand for.
    expect(sorted(drawn)).to.deep.equal(names(contract.slots).filter((name) => !/^(waiting|left|failed)$/.test(name)));
  });

  it('parts: every one in a template is documented, and every documented one is in a template', () => {
    const drawn = new Set<string>();
    for (const value of inCode(/\bpart=("[^"]*"|\$\{[^}]*\})/g)) {
      const plain = value.replace(/\$\{[^}]*\}/g, ' ').replaceAll('"', '');
      for (const name of plain.split(' ').filter(Boolean)) drawn.add(name);
      for (const [, name] of value.matchAll(/'([\w-]+)'/g)) drawn.add(name as string);
    }
    const tokens: readonly string[] = STATE_TOKENS;
    expect(sorted([...drawn].filter((name) => !tokens.includes(name)))).to.deep.equal(names(contract.parts));
    expect(sorted(PARTS)).to.deep.equal(names(contract.parts));
  });

  it('parts: every word beside a name is documented with a part, and is used', () => {
    const documented = contract.parts.flatMap(({ description }) =>
      [...description.matchAll(/`([\w-]+)`/g)].map(([, word]) => word as string),
    );
    expect(sorted([...new Set(documented)])).to.deep.equal(sorted(STATE_TOKENS));
    const quoted = inCode(/'([\w-]+)'/g);
    const written = inCode(/\bpart="([^"$]*)"/g).flatMap((value) => value.split(' '));
    expect([...quoted, ...written]).to.include.members([...STATE_TOKENS]);
  });

  it('custom properties: every one in our styles is documented, and every documented one is used', () => {
    const used = inCode(/var\(\s*(--secure-meeting-[\w-]+)/g);
    expect(sorted(used)).to.deep.equal(names(contract.cssProperties));
  });

  it('says what everything is', () => {
    const { attributes, properties, methods, events, slots, parts, cssProperties, states } = contract;
    for (const { name, description } of [
      ...attributes.filter(({ name }) => name !== 'lang'),
      ...[properties, methods, events, slots, parts, cssProperties, states].flat(),
    ])
      expect(description, name).to.match(/\w/);
  });
});
