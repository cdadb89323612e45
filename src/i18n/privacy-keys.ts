import type { Words } from './words.js';

/**
 * Words that promise something about privacy. A language that is not reviewed leaves them in English: a promise that is
 * nearly right is a wrong one. A test finds new ones by what their English says.
 */
export const PRIVACY_KEYS = [
  'promisesIn',
  ...['privacyRequired', 'privacyMore', 'privacyExplained', 'privacyOffExplained'],
  ...['sealOff', 'sealOffSentence', 'sealConnecting', 'sealConnectingSentence', 'sealAlone', 'sealAloneSentence'],
  ...['sealKeyless', 'sealKeylessSentence', 'sealEncrypted', 'sealEncryptedSentence', 'sealEncryptedNoCodeSentence'],
  ...['sealVerified', 'sealVerifiedSentence', 'sealDegraded', 'sealDegradedSentence', 'sealViolated'],
  ...['sealViolatedSentence', 'sealViolatedNobodySentence', 'sealMismatchSentence', 'sealOpens'],
  ...['notConfirmed', 'beingChecked', 'proved', 'provedAndCompared', 'notEncrypted', 'blocked', 'blockedSentence'],
  ...['strangerSentence', 'sharePaused', 'nameNotChecked', 'sameNameAsMember', 'linkInvites', 'peopleNoteOff'],
  ...['chatNote', 'chatNoteOff', 'privateTo', 'writePrivately', 'saidPrivateMessage', 'removeSure'],
  ...['privacy', 'compareCode', 'compareAgain', 'comparedWith', 'somethingBlocked', 'somethingBlockedNobody'],
  ...['protectedHeading', 'protectedGroupHeading', 'notProtectedHeading', 'serviceSees', 'serviceSeesAll'],
  ...['keysHeading', 'protectedThing', 'visibleThing', 'keyPromise', 'violation', 'violationHeading', 'violationCount'],
  ...['whatHappened', 'compareLeads', 'compareLeadsMore', 'compareReads', 'compareReadsMore', 'codeGroup'],
  ...['securityCode', 'theyMatch', 'theyDiffer', 'verifiedWith', 'codeChanged', 'codeChangedLeader'],
  ...['codeChangedRejoined', 'startAgain', 'differTitle', 'differSentence', 'stayWithoutSending'],
  ...['hostSeesYou', 'somebodySeesYou', 'nobodyHearsYou', 'hostSees', 'theHostSees', 'leftSentence', 'endedSentence'],
  ...['passcodeTitle', 'passcodeSentence', 'passcodeLabel', 'passcodeWrong', 'roomPasscodeSentence', 'phoneSentence'],
  ...['notEncryptedTitle', 'isEncryptedTitle', 'reportEvidence', 'reportEvidenceNote', 'reportMessages'],
  ...['reportRoster', 'reportPictureNote', 'reportGoes', 'reportGoesSentence', 'reportStays', 'reportStaysSentence'],
  ...['reportDoneSentence', 'errors'],
] as const satisfies readonly (keyof Words)[];
type PrivacyKey = (typeof PRIVACY_KEYS)[number];

/** A language that is not complete: everything else may be in it. */
export type PartialWords = Partial<Omit<Words, PrivacyKey>>;
