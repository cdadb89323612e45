/** The text for whoever helps: what the browser is and can do, and nothing about the person or the device. */
import type { Finding } from './checks.js';

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Chrome\/(\d+)/, 'Chrome or another Chromium'],
  [/Version\/(\d+).*Safari/, 'Safari'],
];
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'CrOS', 'Linux'];

/** Browser with its main version, and system: of all that the browser tells, no more than that. */
export function browserName(agent: string): string {
  const found = BROWSERS.map(([pattern, name]) => [name, pattern.exec(agent)?.[1]] as const).find(
    ([, version]) => version,
  );
  return `${found?.join(' ') ?? 'another browser'}, ${SYSTEMS.find((each) => agent.includes(each)) ?? 'another system'}`;
}

export function verdict(findings: readonly Finding[]): string {
  const missing = findings.find(({ needed, good }) => needed && !good);
  return missing
    ? `This browser can’t hold an encrypted meeting as it is. ${missing.says}`
    : 'This browser can hold an encrypted meeting.';
}

export function reportText(findings: readonly Finding[], devices: string, agent: string, day: string): string {
  return [
    `secure-meeting self-check, ${day}`,
    browserName(agent),
    verdict(findings),
    '',
    ...findings.map(({ name, value }) => `${name}: ${value}`),
    `Camera and microphone: ${devices}`,
  ].join('\n');
}
