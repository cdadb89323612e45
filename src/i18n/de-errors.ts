import type { ErrorCode } from '../base/index.js';
import type { ErrorWords } from './en-errors.js';

const page = 'Sagen Sie es denen, die diese Website betreiben.';
const reload = 'Laden Sie die Seite neu und treten Sie wieder bei.';

/** German words of every error. */
export const deErrors: Record<ErrorCode, ErrorWords> = {
  'config-invalid': { what: 'Diese Seite verlangt etwas, das die Besprechung nicht kennt.', next: page },
  'config-locked': {
    what: 'Das lässt sich während einer Besprechung nicht ändern.',
    next: 'Es gilt, wenn Sie das nächste Mal beitreten.',
  },
  'config-unavailable': { what: 'Diese Seite verlangt etwas, das es hier nicht gibt.', next: page },
  'config-room-missing': { what: 'Diese Seite sagt nicht, welcher Besprechung Sie beitreten.', next: page },
  'config-room-invalid': {
    what: 'Der Name der Besprechung muss 1 bis 128 Zeichen haben, ohne Steuerzeichen.',
    next: 'Wählen Sie einen anderen Namen für die Besprechung.',
  },
  'config-name-invalid': {
    what: 'Ihr Name muss 1 bis 128 Zeichen haben, ohne Steuerzeichen.',
    next: 'Schreiben Sie Ihren Namen noch einmal.',
  },
  'config-token-source-missing': {
    what: 'Diese Seite sagt nicht, woher die Erlaubnis zum Beitreten kommt.',
    next: page,
  },
  'config-provider-unknown': {
    what: 'Diese Seite verlangt eine Art von Schlüssel, die es hier nicht gibt.',
    next: page,
  },
  'config-secret-in-attribute': {
    what: 'Diese Seite hat ein Geheimnis offen hingeschrieben. Es wurde entfernt und nicht verwendet.',
    next: page,
  },
  'token-endpoint-unreachable': {
    what: 'Die Website hat auf die Frage nach der Erlaubnis nicht geantwortet.',
    next: 'Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
  },
  'token-timeout': {
    what: 'Die Website hat für die Erlaubnis zu lange gebraucht.',
    next: 'Versuchen Sie es gleich noch einmal.',
  },
  'token-unauthorised': {
    what: 'Die Website weiß nicht, wer Sie sind.',
    next: 'Melden Sie sich an und treten Sie dann bei.',
  },
  'token-refused': {
    what: 'Die Website lässt Sie dieser Besprechung nicht beitreten.',
    next: 'Fragen Sie, wer Sie eingeladen hat.',
  },
  'token-endpoint-missing': { what: 'Der Eingang der Website zu Besprechungen ist nicht da.', next: page },
  'token-rate-limited': {
    what: 'Zu viele Versuche in kurzer Zeit.',
    next: 'Warten Sie eine Minute und versuchen Sie es noch einmal.',
  },
  'token-endpoint-failed': {
    what: 'Die Website konnte die Erlaubnis nicht geben.',
    next: 'Versuchen Sie es gleich noch einmal.',
  },
  'token-answer-invalid': { what: 'Die Erlaubnis der Website ergibt keinen Sinn.', next: page },
  'token-expired': { what: 'Die Erlaubnis zum Beitreten ist abgelaufen.', next: reload },
  'token-passcode-required': {
    what: 'Diese Besprechung hat einen Zugangscode.',
    next: 'Fragen Sie danach, wer Sie eingeladen hat.',
  },
  'token-passcode-wrong': {
    what: 'Das ist nicht der Zugangscode dieser Besprechung, oder er wurde zu oft probiert.',
    next: 'Prüfen Sie ihn mit der Person, die Sie eingeladen hat. Nach zu vielen Versuchen müssen Sie warten.',
  },
  'token-verification-required': {
    what: 'Diese Website fragt einmal nach einer Telefonnummer, bevor Sie einer verschlüsselten Besprechung beitreten.',
    next: 'Treten Sie noch einmal bei und bestätigen Sie Ihre Nummer.',
  },
  'token-not-admitted': {
    what: 'Die Website lässt Sie nicht in diese Besprechung.',
    next: 'Fragen Sie, wer Sie eingeladen hat.',
  },
  'token-room-locked': {
    what: 'Die Besprechung ist abgeschlossen: Niemand Neues kommt herein.',
    next: 'Bitten Sie die Leitung, sie zu öffnen, und versuchen Sie es noch einmal.',
  },
  'token-room-full': {
    what: 'Die Besprechung ist voll.',
    next: 'Versuchen Sie es noch einmal, wenn jemand gegangen ist.',
  },
  'token-encryption-mismatch': {
    what: 'Diese Besprechung und diese Seite sind sich über die Ende-zu-Ende-Verschlüsselung nicht einig: Eine hat sie, die andere nicht. Sie wurden nicht eingelassen.',
    next: 'Fragen Sie die Person, die Sie eingeladen hat, was gemeint ist.',
  },
  'token-number-invalid': {
    what: 'Das ist keine Telefonnummer.',
    next: 'Schreiben Sie sie mit der Landesvorwahl, zum Beispiel +49 30 123456.',
  },
  'token-number-unsupported': {
    what: 'Solche Nummern gehen hier nicht.',
    next: 'Nehmen Sie eine andere, oder fragen Sie diese Website nach einem anderen Weg.',
  },
  'token-number-in-use': {
    what: 'Diese Nummer ist schon für jemand anderen bestätigt.',
    next: 'Nehmen Sie eine eigene Nummer.',
  },
  'token-already-verified': {
    what: 'Ihre Nummer ist schon bestätigt.',
    next: 'Treten Sie der Besprechung bei.',
  },
  'token-code-wrong': {
    what: 'Das ist nicht der Code, der geschickt wurde.',
    next: 'Sehen Sie in der Nachricht nach und tippen Sie die sechs Ziffern noch einmal.',
  },
  'token-code-expired': {
    what: 'Dieser Code gilt nicht mehr.',
    next: 'Lassen Sie sich einen neuen schicken.',
  },
  'token-sms-unavailable': {
    what: 'Die Nachricht konnte nicht verschickt werden.',
    next: 'Versuchen Sie es in einer Minute noch einmal.',
  },
  'network-unreachable': {
    what: 'Der Server der Besprechung ist nicht erreichbar.',
    next: 'Prüfen Sie Ihre Verbindung. Manches Firmennetz sperrt Besprechungen; versuchen Sie ein anderes Netz.',
  },
  'network-lost': {
    what: 'Die Verbindung ist abgebrochen und kam nicht wieder.',
    next: 'Prüfen Sie Ihre Verbindung und treten Sie dann erneut bei.',
  },
  'network-data-failed': { what: 'Eine Nachricht ließ sich nicht senden.', next: 'Senden Sie sie gleich noch einmal.' },
  'browser-unsupported': {
    what: 'Dieser Browser kann Besprechungen nicht Ende-zu-Ende verschlüsseln.',
    next: 'Nehmen Sie ein aktuelles Chrome, Edge, Firefox oder Safari.',
  },
  'browser-insecure-page': {
    what: 'Diese Seite ist nicht sicher, deshalb erlaubt der Browser weder Kamera noch Mikrofon noch Verschlüsselung.',
    next: 'Öffnen Sie sie mit einer Adresse, die mit https beginnt.',
  },
  'browser-storage-unavailable': {
    what: 'Dieser Browser merkt sich für diese Seite nichts.',
    next: 'Sie können weitermachen. Nach dem Neuladen brauchen Sie den Einladungslink wieder.',
  },
  'device-denied': {
    what: 'Dieser Browser lässt die Seite Kamera oder Mikrofon nicht benutzen.',
    next: 'Erlauben Sie es neben der Adresszeile und schalten Sie dann wieder ein. Sie können auch ohne beitreten.',
  },
  'device-dismissed': {
    what: 'Die Frage nach Kamera und Mikrofon wurde geschlossen.',
    next: 'Schalten Sie wieder ein, um noch einmal gefragt zu werden. Sie können auch ohne beitreten.',
  },
  'device-missing': {
    what: 'Es wurde keine Kamera oder kein Mikrofon gefunden.',
    next: 'Schließen Sie eines an, oder treten Sie ohne bei.',
  },
  'device-in-use': {
    what: 'Ein anderes Programm benutzt Ihre Kamera oder Ihr Mikrofon.',
    next: 'Schließen Sie es dort und schalten Sie dann wieder ein. Sie können auch ohne beitreten.',
  },
  'device-policy': {
    what: 'Die Seite um diese Besprechung herum erlaubt hier weder Kamera noch Mikrofon.',
    next: 'Öffnen Sie die Besprechung in einem eigenen Fenster, oder sagen Sie denen, die diese Website betreiben: Ihr Rahmen braucht allow="camera; microphone; display-capture".',
  },
  'device-failed': {
    what: 'Kamera oder Mikrofon ließ sich nicht starten.',
    next: 'Stecken Sie das Gerät neu ein, oder wählen Sie ein anderes.',
  },
  'media-publish-failed': {
    what: 'Ihr Bild oder Ton ließ sich nicht senden.',
    next: 'Schalten Sie es aus und wieder ein.',
  },
  'media-share-cancelled': { what: 'Es wurde nichts geteilt.', next: 'Wählen Sie ein Fenster oder einen Bildschirm.' },
  'media-codec-unprotected': {
    what: 'Das Videoformat ließ sich nicht schützen und wurde deshalb nicht gesendet.',
    next: page,
  },
  'media-blur-failed': {
    what: 'Ihr Hintergrund lässt sich nicht unscharf zeigen, deshalb ist Ihre Kamera aus.',
    next: 'Schalten Sie die Kamera ohne Unschärfe ein, oder versuchen Sie es noch einmal.',
  },
  'media-picture-unreadable': {
    what: 'Diese Datei lässt sich nicht als Bild zeigen.',
    next: 'Wählen Sie ein Foto von höchstens 20 MB, als JPEG, PNG oder WebP.',
  },
  'media-blur-slow': {
    what: 'Die Unschärfe ist zu viel für dieses Gerät. Unschärfe und Kamera sind aus.',
    next: 'Schalten Sie die Kamera ohne Unschärfe ein, oder setzen Sie sich vor einen anderen Hintergrund.',
  },
  'key-missing': {
    what: 'Das Geheimnis dieser Besprechung fehlt.',
    next: 'Öffnen Sie den ganzen Einladungslink noch einmal, oder bitten Sie darum.',
  },
  'key-short': {
    what: 'Das Geheimnis ist zu kurz, um eine Besprechung zu schützen.',
    next: 'Nehmen Sie eine längere Passphrase, zum Beispiel vier Wörter.',
  },
  'key-wrong': {
    what: 'Ihr Geheimnis ist nicht das der anderen.',
    next: 'Prüfen Sie die Passphrase, oder bitten Sie noch einmal um den Einladungslink.',
  },
  'key-link-incomplete': {
    what: 'Der letzte Teil des Einladungslinks fehlt, und in ihm steckt das Geheimnis.',
    next: 'Kopieren Sie den ganzen Link und öffnen Sie ihn noch einmal, oder bitten Sie um einen neuen.',
  },
  'key-reused': { what: 'Derselbe Schlüssel kam zweimal und wurde deshalb abgelehnt.', next: page },
  'key-conflict': {
    what: 'Für dieselbe Person kamen zwei verschiedene Schlüssel; der zweite wurde abgelehnt.',
    next: page,
  },
  'key-order': { what: 'Ein Schlüssel kam in falscher Reihenfolge und wurde abgelehnt.', next: page },
  'key-provider-failed': { what: 'Die Schlüssel dieser Besprechung ließen sich nicht herstellen.', next: reload },
  'key-encryption-mismatch': {
    what: 'Die anderen sind dieser Besprechung mit einer anderen Art der Verschlüsselung beigetreten.',
    next: 'Öffnen Sie dieselbe Einladung wie die anderen.',
  },
  'key-code-changed': {
    what: 'Der Code hat sich geändert, deshalb wurde nichts bestätigt.',
    next: 'Vergleichen Sie den neuen Code.',
  },
  'worker-failed': {
    what: 'Der Teil, der verschlüsselt, ist stehen geblieben. Unverschlüsselt wird nichts gesendet.',
    next: reload,
  },
  'worker-not-found': {
    what: 'Der Teil, der verschlüsselt, ließ sich nicht laden.',
    next: `Laden Sie die Seite neu. Hilft das nicht: ${page}`,
  },
  'load-failed': {
    what: 'Ein Teil der Besprechung ließ sich nicht laden.',
    next: 'Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal. Ihre Besprechung läuft weiter.',
  },
  'room-not-joined': { what: 'Sie sind nicht in der Besprechung.', next: 'Treten Sie zuerst bei.' },
  'room-message-invalid': {
    what: 'So lässt sich diese Nachricht nicht senden.',
    next: 'Ändern Sie sie und senden Sie sie noch einmal.',
  },
  'room-message-too-long': { what: 'Diese Nachricht ist zu lang.', next: 'Senden Sie sie in mehreren Teilen.' },
  'room-file-too-large': {
    what: 'Diese Datei ist größer als 10 MB und wurde nicht gesendet.',
    next: 'Verkleinern Sie sie, oder geben Sie sie auf anderem Weg weiter.',
  },
  'room-file-busy': {
    what: 'Es sind zu viele Dateien unterwegs.',
    next: 'Warten Sie, bis eine fertig ist, oder brechen Sie eine ab.',
  },
  'room-file-failed': {
    what: 'Diese Datei ist nicht mehr zu bekommen.',
    next: 'Bitten Sie darum, sie noch einmal zu senden.',
  },
  'room-recipient-unknown': {
    what: 'Die Person, für die das war, ist nicht in der Besprechung.',
    next: 'Wählen Sie jemanden, der hier ist.',
  },
  'room-action-refused': {
    what: 'Das darf nur die Leitung, oder diese Besprechung kann es nicht durchsetzen.',
    next: 'Bitten Sie die Leitung.',
  },
  'room-report-too-large': {
    what: 'Diese Meldung ist zu groß und wurde deshalb nicht gesendet.',
    next: 'Lassen Sie das Bild oder einige der Nachrichten weg.',
  },
};
