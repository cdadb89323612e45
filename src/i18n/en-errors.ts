import type { ErrorCode } from '../base/index.js';

/** What happened, in one sentence, and what the reader can do about it. */
export interface ErrorWords {
  readonly what: string;
  readonly next: string;
}

const page = 'Tell whoever runs this website.';
const reload = 'Reload the page and join again.';

/** English words of every error. A code without words doesn’t compile. */
export const enErrors: Record<ErrorCode, ErrorWords> = {
  'config-invalid': { what: 'This page asks for something the meeting doesn’t know.', next: page },
  'config-locked': { what: 'That can’t change during a meeting.', next: 'It takes effect when you join next time.' },
  'config-unavailable': { what: 'This page asks for something that isn’t available here.', next: page },
  'config-room-missing': { what: 'This page doesn’t say which meeting to join.', next: page },
  'config-room-invalid': {
    what: 'The meeting’s name must have 1 to 128 characters, without control characters.',
    next: 'Choose another name for the meeting.',
  },
  'config-name-invalid': {
    what: 'Your name must have 1 to 128 characters, without control characters.',
    next: 'Write your name again.',
  },
  'config-token-source-missing': { what: 'This page doesn’t say where permission to join comes from.', next: page },
  'config-provider-unknown': { what: 'This page asks for a kind of key that doesn’t exist here.', next: page },
  'config-secret-in-attribute': {
    what: 'This page showed a secret where anyone could read it. It was removed and not used.',
    next: page,
  },
  'token-endpoint-unreachable': {
    what: 'The website didn’t answer when asked for permission to join.',
    next: 'Check your connection and try again.',
  },
  'token-timeout': {
    what: 'The website took too long to give permission to join.',
    next: 'Try again in a moment.',
  },
  'token-unauthorised': { what: 'The website doesn’t know who you are.', next: 'Sign in, then join again.' },
  'token-refused': { what: 'The website doesn’t let you join this meeting.', next: 'Ask whoever invited you.' },
  'token-endpoint-missing': { what: 'The website’s door to meetings isn’t there.', next: page },
  'token-rate-limited': { what: 'Too many tries in a short time.', next: 'Wait a minute, then try again.' },
  'token-endpoint-failed': {
    what: 'The website failed while giving permission to join.',
    next: 'Try again in a moment.',
  },
  'token-answer-invalid': { what: 'The website’s permission to join makes no sense.', next: page },
  'token-expired': { what: 'The permission to join has run out.', next: reload },
  'token-passcode-required': {
    what: 'This meeting has a passcode.',
    next: 'Ask whoever invited you for it.',
  },
  'token-passcode-wrong': {
    what: 'That is not the passcode of this meeting, or it was tried too often.',
    next: 'Check it with whoever invited you. After too many tries you have to wait.',
  },
  'token-verification-required': {
    what: 'This website asks for a phone number once before you join an encrypted meeting.',
    next: 'Join again and verify your number.',
  },
  'token-not-admitted': {
    what: 'The website doesn’t let you into this meeting.',
    next: 'Ask whoever invited you.',
  },
  'token-room-locked': {
    what: 'The meeting is locked: nobody new comes in.',
    next: 'Ask the host to unlock it, then try again.',
  },
  'token-room-full': {
    what: 'The meeting is full.',
    next: 'Try again when somebody has left.',
  },
  'token-encryption-mismatch': {
    what: 'This meeting and this page differ on end-to-end encryption: one has it, the other doesn’t. You weren’t let in.',
    next: 'Ask whoever invited you which one is meant.',
  },
  'token-number-invalid': {
    what: 'That is not a phone number.',
    next: 'Write it with the country’s code, for example +49 30 123456.',
  },
  'token-number-unsupported': {
    what: 'Numbers like this one can’t be used here.',
    next: 'Try another number, or ask this website for another way.',
  },
  'token-number-in-use': {
    what: 'This number is verified for somebody else already.',
    next: 'Use a number of your own.',
  },
  'token-already-verified': {
    what: 'Your number is verified already.',
    next: 'Join the meeting.',
  },
  'token-code-wrong': {
    what: 'That is not the code that was sent.',
    next: 'Check the message and type the six digits again.',
  },
  'token-code-expired': {
    what: 'This code can’t be used any more.',
    next: 'Have a new one sent.',
  },
  'token-sms-unavailable': {
    what: 'The message could not be sent.',
    next: 'Try again in a minute.',
  },
  'network-unreachable': {
    what: 'The meeting’s server can’t be reached.',
    next: 'Check your connection. A company network may block meetings; try another network.',
  },
  'network-lost': {
    what: 'The connection was lost and didn’t come back.',
    next: 'Check your connection, then rejoin.',
  },
  'network-data-failed': { what: 'A message could not be sent.', next: 'Send it again in a moment.' },
  'browser-unsupported': {
    what: 'This browser can’t encrypt meetings end to end.',
    next: 'Use a current Chrome, Edge, Firefox or Safari.',
  },
  'browser-insecure-page': {
    what: 'This page isn’t secure, so the browser allows no camera, microphone or encryption.',
    next: 'Open it with an address that begins with https.',
  },
  'browser-storage-unavailable': {
    what: 'This browser keeps nothing for this page.',
    next: 'You can go on. After a reload you need the invitation link again.',
  },
  'device-denied': {
    what: 'This browser doesn’t let the page use your camera or microphone.',
    next: 'Allow it beside the address bar, then turn it on again. You can join without.',
  },
  'device-dismissed': {
    what: 'The question about your camera and microphone was closed.',
    next: 'Turn it on again to be asked once more. You can join without.',
  },
  'device-missing': {
    what: 'No camera or microphone was found.',
    next: 'Plug one in, or join without.',
  },
  'device-in-use': {
    what: 'Another app is using your camera or microphone.',
    next: 'Close it there, then turn it on again. You can join without.',
  },
  'device-policy': {
    what: 'The page around this meeting doesn’t allow camera or microphone here.',
    next: 'Open the meeting in a window of its own, or tell whoever runs this website: its frame needs allow="camera; microphone; display-capture".',
  },
  'device-failed': {
    what: 'The camera or microphone didn’t start.',
    next: 'Unplug it and plug it in again, or choose another.',
  },
  'media-publish-failed': {
    what: 'Your picture or sound could not be sent.',
    next: 'Turn it off and on again.',
  },
  'media-share-cancelled': { what: 'Nothing was shared.', next: 'Choose a window or screen to share.' },
  'media-codec-unprotected': {
    what: 'The video format could not be protected, so it was not sent.',
    next: page,
  },
  'media-blur-failed': {
    what: 'Your background can’t be blurred, so your camera is off.',
    next: 'Turn the camera on without blur, or try blur again.',
  },
  'media-picture-unreadable': {
    what: 'That file can’t be shown as a picture.',
    next: 'Choose a photo of at most 20 MB, as JPEG, PNG or WebP.',
  },
  'media-blur-slow': {
    what: 'Blur is too much for this device. Blur and your camera are off.',
    next: 'Turn the camera on without blur, or sit in front of another background.',
  },
  'key-missing': {
    what: 'This meeting’s secret is missing.',
    next: 'Open the whole invitation link again, or ask for it.',
  },
  'key-short': {
    what: 'The secret is too short to protect a meeting.',
    next: 'Use a longer passphrase, for example four words.',
  },
  'key-wrong': {
    what: 'Your secret isn’t the one the others use.',
    next: 'Check the passphrase or ask for the invitation link again.',
  },
  'key-link-incomplete': {
    what: 'The last part of the invitation link is missing, and that is the part with the secret.',
    next: 'Copy the whole link and open it again, or ask for a new one.',
  },
  'key-reused': { what: 'The same key came twice, so it was refused.', next: page },
  'key-conflict': { what: 'Two different keys came for the same person, so the second was refused.', next: page },
  'key-order': { what: 'A key came in the wrong order, so it was refused.', next: page },
  'key-provider-failed': { what: 'The keys for this meeting could not be made.', next: reload },
  'key-encryption-mismatch': {
    what: 'The others joined this meeting with another kind of encryption.',
    next: 'Open the same invitation as the others.',
  },
  'key-code-changed': {
    what: 'The code has changed, so nothing was confirmed.',
    next: 'Compare the new code.',
  },
  'worker-failed': {
    what: 'The part that encrypts has stopped. Nothing is sent unencrypted.',
    next: reload,
  },
  'worker-not-found': {
    what: 'The part that encrypts could not be loaded.',
    next: `Reload the page. If it happens again: ${page.toLowerCase()}`,
  },
  'load-failed': {
    what: 'A part of the meeting could not be loaded.',
    next: 'Check your connection and try again. Your meeting goes on.',
  },
  'room-not-joined': { what: 'You are not in the meeting.', next: 'Join first.' },
  'room-message-invalid': { what: 'This message can’t be sent as it is.', next: 'Change it and send it again.' },
  'room-message-too-long': { what: 'This message is too long.', next: 'Send it in several parts.' },
  'room-file-too-large': {
    what: 'This file is larger than 10 MB, so it was not sent.',
    next: 'Make it smaller, or share it another way.',
  },
  'room-file-busy': {
    what: 'Too many files are under way.',
    next: 'Wait until one is done, or cancel one.',
  },
  'room-file-failed': {
    what: 'This file is not to be had any more.',
    next: 'Ask for it to be sent again.',
  },
  'room-recipient-unknown': {
    what: 'The person this was for is not in the meeting.',
    next: 'Choose somebody who is here.',
  },
  'room-action-refused': {
    what: 'Only a host may do that, or this meeting can’t enforce it.',
    next: 'Ask a host.',
  },
  'room-report-too-large': {
    what: 'This report is too large, so it was not sent.',
    next: 'Leave out the picture or some of the messages.',
  },
};
