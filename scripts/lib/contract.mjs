/** The element's contract as the code has it: from the manifest, the API report, and the attributes' own tables. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readApiReport } from './api-report.mjs';
import { loadSource } from './load-source.mjs';
import { root } from './paths.mjs';

/** Attributes that are read when the element is connected. */
const AT_CONNECT = ['mode', 'frame-src'];

/** @param {string} [dist] the built package */
export async function readContract(dist = path.join(root, 'dist')) {
  const manifest = JSON.parse(await readFile(path.join(dist, 'custom-elements.json'), 'utf8'));
  const element = manifest.modules
    .flatMap(({ declarations }) => declarations)
    .find(({ tagName }) => tagName === 'secure-meeting');
  const report = await readApiReport('secure-meeting');
  const { CHOICES, SECRETS } = await loadSource('src/elements/root/options.ts');
  const { AT_JOIN } = await loadSource('src/elements/root/at-join.ts');
  const { FEATURES } = await loadSource('src/elements/root/features.ts');
  const { ERROR_CODES } = await loadSource('src/base/error-codes.ts');
  const { exports } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const facts = new Map(report.members('SessionFacts').map((fact) => [fact.name, fact]));

  const attributes = element.attributes.map(({ name, fieldName, type, description = '' }) => ({
    name,
    property: fieldName,
    type: type?.text ?? 'string',
    description,
    words: CHOICES[name],
    when: AT_JOIN.includes(fieldName) ? 'join' : AT_CONNECT.includes(name) ? 'connect' : 'now',
  }));
  const fields = element.members.filter(({ kind, attribute }) => kind === 'field' && !attribute);
  const events = element.events.map(({ name, type, description }) => ({
    name,
    class: type.text,
    description,
    detail: facts.get(name)?.members ?? (name === 'leave-request' ? [{ name: 'endForAll', type: 'boolean' }] : []),
  }));
  return {
    attributes,
    properties: fields.map(({ name, type, description = '', readonly = false }) => ({
      name,
      type: type?.text ?? 'string | undefined',
      description,
      access: readonly ? 'read' : SECRETS.includes(name) ? 'write' : 'both',
    })),
    methods: element.members.filter(({ kind }) => kind === 'method'),
    events,
    slots: element.slots,
    parts: element.cssParts,
    cssProperties: element.cssProperties,
    states: element.cssStates,
    features: FEATURES,
    errorAreas: [...new Set(ERROR_CODES.map((code) => code.split('-')[0]))],
    entries: Object.keys(exports).map((entry) => entry.replace(/^\./, 'secure-meeting')),
    words: {
      meeting: report.words('MeetingEncryption'),
      participant: report.words('ParticipantEncryption'),
      phase: report.words('ElementPhase'),
      violation: report.words('ViolationCode'),
      left: report.words('LeftReason'),
      connection: report.words('ConnectionState'),
    },
    session: report.members('MeetingSession'),
  };
}
