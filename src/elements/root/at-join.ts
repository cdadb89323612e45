/** Attributes that are read when joining. */
export const AT_JOIN = [
  'room',
  'tokenEndpoint',
  'serverUrl',
  'api',
  'keyProvider',
  'keySource',
  'encryption',
  'startMuted',
  'startCameraOff',
  'workerSrc',
  'assetBase',
] as const;
