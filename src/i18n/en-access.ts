const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** English words of what a site asks before it lets somebody in. */
export const enAccess = {
  tryAgainIn: (seconds: number) => `Try again in ${clock(seconds)}`,
  roomPasscodeTitle: 'What is the passcode?',
  roomPasscodeSentence: 'Whoever invited you knows it. This website checks it before you come in.',
  roomPasscodeLabel: 'Passcode',
  roomPasscodeWrong: 'That is not the passcode of this meeting. Check it and try again.',
  roomPasscodeLocked: 'Too many tries. You have to wait before you can try again.',

  phoneTitle: 'Verify your phone number, once',
  phoneSentence:
    'This website asks for it before you join an encrypted meeting. Nobody in the meeting sees it, and you won’t be asked again.',
  phoneLabel: 'Phone number, with the country’s code',
  phoneSend: 'Send a code',
  phoneCodeTitle: 'Type the code we sent',
  phoneCodeSentence: (number: string) => `Six digits, in a message to ${number}.`,
  phoneCodeLabel: 'Code',
  phoneResend: 'Send another code',
  phoneResendIn: (seconds: number) => `Another code in ${clock(seconds)}`,
  phoneChange: 'Change the number',
  phoneDoneTitle: 'Your number is verified',
  phoneDoneSentence: 'This website won’t ask you again.',

  notLetInTitle: 'You weren’t let in',
  notEncryptedTitle: 'This meeting is not end-to-end encrypted',
  isEncryptedTitle: 'This meeting is end-to-end encrypted',
} as const;
