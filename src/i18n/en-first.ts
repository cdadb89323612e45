/** English words of the first screen. They travel with the first bytes, so nothing else may stand here. */
export const enFirst = {
  joinRoom: (room: string) => `Join “${room}”`,
  joinMeeting: 'Join the meeting',
  yourName: 'Your name',
  guest: 'Guest',
  nameMissing: 'Please write your name first.',
  join: 'Join',
  joining: 'Joining …',
  turnOnDevices: 'Turn on camera and microphone',
  joinWithout: 'You can also join without.',
  preview: 'Your picture, as you see it',
  cameraIsOff: 'Your camera is off',
  microphone: 'Microphone',
  microphoneMuted: 'Microphone: muted',
  microphoneNotAsked: 'Microphone: not asked yet',
  camera: 'Camera',
  cameraOff: 'Camera: off',
  cameraNotAsked: 'Camera: not asked yet',
  chooseMicrophone: 'Choose a microphone',
  chooseCamera: 'Choose a camera',
  privacyRequired:
    'This meeting is set to be end-to-end encrypted. The ring closes once your device has checked everyone.',
  privacyMore: 'What that means',
  privacyExplained:
    'Picture, sound, screen and chat are locked on your device and opened only on the devices of the people in the meeting. The service in between sees who is connected, when, from where and how much is sent. Whoever runs this website could change it, so you also trust this website.',
  privacyOffExplained:
    'The connection to the service is encrypted, but the service itself could see and hear everything. Whoever runs this website decided that, for everyone in this meeting.',
  sealOff: 'Not end-to-end encrypted',
  sealOffSentence: 'The service carrying this meeting could see and hear it.',
  sealConnecting: 'Connecting',
  sealConnectingSentence: 'Nothing is sent until encryption is ready.',
  close: 'Close',
} as const;
