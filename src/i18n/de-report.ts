import type { ReportWords } from './words.js';

/** German words of reporting somebody. */
export const deReport: ReportWords = {
  report: 'Jemanden melden',
  reportPerson: 'Melden',
  reportAbout: 'Um wen geht es?',
  reportNobody: 'Um niemand Bestimmten',
  reportReason: 'Was ist nicht in Ordnung?',
  reportChoose: 'Bitte wählen …',
  reportReasonMissing: 'Bitte wählen Sie aus, was nicht in Ordnung ist.',
  reportReasonWord: (word) => REASONS[word] ?? word,
  reportText: 'Was geschehen ist',
  reportTextHint: 'Wenn Sie möchten, in Ihren eigenen Worten.',
  reportEvidence: 'Was mitgeht',
  reportEvidenceNote: 'Von selbst geht nichts mit. Wählen Sie, was der Betreiber dieser Website sehen soll.',
  reportMessages: 'Nachrichten, wie ihr Absender sie unterschrieben hat',
  reportNoMessages: 'Keine Nachrichten, die mitgehen könnten',
  reportPrivate: 'nur an Sie',
  reportRoster: 'Die unterschriebene Liste der Anwesenden',
  reportOfCamera: 'Ein Bild der Kamera dieser Person',
  reportOfScreen: 'Ein Bild des Bildschirms dieser Person',
  reportTake: 'Bild aufnehmen',
  reportNotYet: 'Noch ist kein Bild da.',
  reportPicture: (name) => `Bild dessen, was Sie von ${name} gesehen haben`,
  reportPictureNote: 'Jeder kann jedes Bild herstellen, es beweist also für sich allein nichts.',
  reportPictureRemove: 'Bild weglassen',
  reportGoes: 'Was gesendet wird',
  reportGoesSentence:
    'Was Sie hier gewählt haben, und der Name der Besprechung. Es wird auf diesem Gerät verschlossen: Nur der Betreiber dieser Website kann es öffnen. Der Server, der es entgegennimmt, erfährt, dass Sie etwas melden, nicht was.',
  reportStays: 'Was nicht gesendet wird',
  reportStaysSentence:
    'Kein Ton, keine Aufnahme, keine Schlüssel und keine Nachricht, die Sie nicht angekreuzt haben. In der Besprechung erfährt niemand davon.',
  reportSend: 'Meldung senden',
  reportFailed: 'Die Meldung wurde nicht gesendet.',
  reportNoAnswer:
    'Diese Website hat sie nicht angenommen. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
  reportTooMany: 'Sie haben schon mehrere gesendet. Warten Sie eine Stunde und versuchen Sie es dann noch einmal.',
  reportDone: 'Die Meldung ist gesendet',
  reportDoneSentence:
    'Nur der Betreiber dieser Website kann sie öffnen. Unter dieser Nummer können Sie bei ihm nachfragen:',
  reportDoneBack: 'Zurück zur Besprechung',
};

const REASONS: Record<string, string> = {
  harassment: 'Belästigung oder Mobbing',
  hate: 'Hass gegen eine Gruppe',
  threat: 'Eine Drohung oder Gewalt',
  sexual: 'Unerwünschte sexuelle Inhalte',
  minor: 'Ein Kind ist in Gefahr',
  spam: 'Spam oder Betrug',
  other: 'Etwas anderes',
};
