import type { AccessWords } from './words.js';

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** German words of what a site asks before it lets somebody in. */
export const deAccess: AccessWords = {
  tryAgainIn: (seconds) => `Wieder möglich in ${clock(seconds)}`,
  roomPasscodeTitle: 'Wie lautet der Zugangscode?',
  roomPasscodeSentence: 'Wer Sie eingeladen hat, kennt ihn. Diese Website prüft ihn, bevor Sie hereinkommen.',
  roomPasscodeLabel: 'Zugangscode',
  roomPasscodeWrong:
    'Das ist nicht der Zugangscode dieser Besprechung. Prüfen Sie ihn und versuchen Sie es noch einmal.',
  roomPasscodeLocked: 'Zu viele Versuche. Sie müssen warten, bevor Sie es wieder versuchen können.',

  phoneTitle: 'Bestätigen Sie einmal Ihre Telefonnummer',
  phoneSentence:
    'Diese Website fragt danach, bevor Sie einer verschlüsselten Besprechung beitreten. In der Besprechung sieht sie niemand, und Sie werden nicht wieder gefragt.',
  phoneLabel: 'Telefonnummer mit Landesvorwahl',
  phoneSend: 'Code schicken',
  phoneCodeTitle: 'Tippen Sie den Code aus der Nachricht',
  phoneCodeSentence: (number) => `Sechs Ziffern, in einer Nachricht an ${number}.`,
  phoneCodeLabel: 'Code',
  phoneResend: 'Noch einen Code schicken',
  phoneResendIn: (seconds) => `Neuer Code in ${clock(seconds)}`,
  phoneChange: 'Nummer ändern',
  phoneDoneTitle: 'Ihre Nummer ist bestätigt',
  phoneDoneSentence: 'Diese Website fragt Sie nicht wieder danach.',

  notLetInTitle: 'Sie wurden nicht eingelassen',
  notEncryptedTitle: 'Diese Besprechung ist nicht Ende-zu-Ende-verschlüsselt',
  isEncryptedTitle: 'Diese Besprechung ist Ende-zu-Ende-verschlüsselt',
};
