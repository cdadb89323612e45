/** Shows what `checks.ts` finds, one after the other, and the report about it. `window.selfcheck`: all of it, for tests. */
import { CHECKS, find, type Finding } from './checks.js';
import { reportText, verdict } from './report.js';
import { tryDevices } from './devices.js';

const by = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

function line({ name, value, good, says, needed }: Finding): HTMLElement {
  const item = document.createElement('li');
  item.className = 'finding';
  const mark = document.createElement('span');
  mark.textContent = good ? '✓' : needed ? '✗' : '–';
  mark.dataset['mark'] = good ? 'good' : needed ? 'bad' : 'missing';
  mark.ariaHidden = 'true';
  const title = document.createElement('span');
  title.textContent = name;
  const word = document.createElement('span');
  word.className = 'value';
  word.textContent = value;
  item.append(mark, title, word);
  if (says) item.append(Object.assign(document.createElement('p'), { textContent: says }));
  return item;
}

const findings: Finding[] = [];
let devices = 'not tried';

function report(): void {
  const day = new Date().toISOString().slice(0, 10);
  by<HTMLTextAreaElement>('report').value = reportText(findings, devices, navigator.userAgent, day);
}

async function look(): Promise<readonly Finding[]> {
  for (const check of CHECKS) {
    const finding = await find(check);
    findings.push(finding);
    by(finding.needed ? 'needed' : 'nice').append(line(finding));
  }
  by('verdict').textContent = verdict(findings);
  report();
  by<HTMLButtonElement>('copy').disabled = false;
  return findings;
}

by('try').onclick = async () => {
  by('tried').textContent = 'Asking the browser …';
  const { word, says } = await tryDevices();
  devices = word;
  by('tried').textContent = says;
  if (findings.length === CHECKS.length) report();
};

by('copy').onclick = async () => {
  const text = by<HTMLTextAreaElement>('report');
  try {
    await navigator.clipboard.writeText(text.value);
    by('copied').textContent = 'Copied.';
  } catch {
    // Not allowed here: the person copies it by hand.
    text.focus();
    text.select();
    by('copied').textContent =
      'The browser lets nobody copy by a button here. The report is selected: copy it yourself.';
  }
};

declare global {
  interface Window {
    selfcheck?: Promise<readonly Finding[]>;
  }
}
window.selfcheck = look();
