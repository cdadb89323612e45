import type { Words } from '../../i18n/index.js';
import type { DeviceState, MeetingSession, Phase, SessionState } from '../../session/types.js';
import { ActEvent } from '../act.js';
import { openCheck } from './check.js';
import { openMenu, type MenuGroup } from './menu.js';

const SEPARATOR = ' ';

const QUALITIES = ['auto', 'saver', 'audio'] as const;
/** Where one is in no meeting, and may test the way to one. */
const OUTSIDE: readonly Phase[] = ['idle', 'left', 'failed'];

/**
 * The devices of one kind; with the microphone's, the speakers, where the browser lets one choose; with the camera's, how
 * much is sent, and with `blur` what is behind one; before a meeting, the test of the connection.
 */
export function openDeviceMenu(
  anchor: HTMLElement,
  kind: MediaDeviceKind,
  session: MeetingSession,
  words: Words,
  blur: boolean,
): void {
  const kinds: readonly MediaDeviceKind[] = kind === 'audioinput' ? ['audioinput', 'audiooutput'] : [kind];
  const groups = kinds
    .map((each) => group(each, session.state.devices, words))
    .filter((each, index) => index === 0 || each.items.length > 0);
  if (kind === 'videoinput') {
    if (blur && session.state.blur) groups.push(blurring(session.state.blur, words));
    groups.push(qualities(session.state.quality, words));
  }
  if (OUTSIDE.includes(session.state.phase)) groups.push({ items: [{ id: 'check', label: words.testConnection }] });
  const label = kind === 'videoinput' ? words.chooseCamera : words.chooseMicrophone;
  openMenu(anchor, label, groups, (id) => {
    const [of, ...device] = id.split(SEPARATOR);
    if (of === 'check') return openCheck(anchor, session);
    // What goes wrong is said: the camera is off then.
    if (of === 'blur') {
      anchor.dispatchEvent(new ActEvent((one) => one.setBlur(one.state.blur === 'off')));
      return;
    }
    if (of === 'quality') return void session.setQuality(device[0] as 'auto').catch(() => undefined);
    session.selectDevice(of as MediaDeviceKind, device.join(SEPARATOR)).catch(() => undefined);
  });
}

function blurring(state: 'off' | 'loading' | 'on', words: Words): MenuGroup {
  const label = state === 'loading' ? words.blurLoading : words.blurBackground;
  return { items: [{ id: 'blur', label, checked: state !== 'off', toggle: true }] };
}

function qualities(selected: SessionState['quality'], words: Words): MenuGroup {
  const labels = { auto: words.qualityAuto, saver: words.qualitySaver, audio: words.qualityAudio };
  const items = QUALITIES.map((quality) => ({
    id: `quality${SEPARATOR}${quality}`,
    label: labels[quality],
    checked: quality === selected,
  }));
  return { heading: words.quality, items };
}

function group(kind: MediaDeviceKind, devices: DeviceState, words: Words): MenuGroup {
  const { list, selected } = devices[kind];
  const heading = { audioinput: words.microphone, videoinput: words.camera, audiooutput: words.speaker }[kind];
  const items = list.map((device, index) => ({
    id: kind + SEPARATOR + device.deviceId,
    label: device.label || (device.deviceId === 'default' ? words.systemDefault : words.device(index + 1)),
    checked: device.deviceId === selected || (selected === '' && index === 0),
  }));
  if (items.length || kind === 'audiooutput') return { heading, items };
  const label = kind === 'audioinput' ? words.noMicrophones : words.noCameras;
  return { heading, items: [{ id: `${kind}${SEPARATOR}`, label, disabled: true }] };
}
