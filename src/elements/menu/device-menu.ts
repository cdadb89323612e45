import type { Words } from '../../i18n/index.js';
import type { DeviceState, MeetingSession } from '../../session/types.js';
import { openMenu, type MenuGroup } from './menu.js';

const SEPARATOR = ' ';

/** The devices of one kind; with the microphone's, the speakers, where the browser lets one choose. */
export function openDeviceMenu(
  anchor: HTMLElement,
  kind: MediaDeviceKind,
  session: MeetingSession,
  words: Words,
): void {
  const kinds: readonly MediaDeviceKind[] = kind === 'audioinput' ? ['audioinput', 'audiooutput'] : [kind];
  const groups = kinds
    .map((each) => group(each, session.state.devices, words))
    .filter((each, index) => index === 0 || each.items.length > 0);
  const label = kind === 'videoinput' ? words.chooseCamera : words.chooseMicrophone;
  openMenu(anchor, label, groups, (id) => {
    const [of, ...device] = id.split(SEPARATOR);
    session.selectDevice(of as MediaDeviceKind, device.join(SEPARATOR)).catch(() => undefined);
  });
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
