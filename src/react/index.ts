/**
 * `secure-meeting/react`: the element as a React component, for React 18 and 19. Importing it registers the tags.
 *
 * Props are the element's properties, set once it stands in the page, and handlers of its events. On a server it
 * renders the bare tag: no token, key or passphrase can get into HTML, because no prop of the element becomes an
 * attribute.
 */
import { createComponent } from '@lit/react';
import * as React from 'react';
import { define } from '../define/index.js';
import { SecureMeeting as Element } from '../elements/index.js';
import { EVENTS, type SecureMeetingHandlers } from './events.js';

/** What can be set on the element; methods and what is read-only is reached by the `ref`. */
export type SecureMeetingOptions = Partial<
  Pick<
    Element,
    | 'room'
    | 'tokenEndpoint'
    | 'serverUrl'
    | 'api'
    | 'displayName'
    | 'keyProvider'
    | 'keySource'
    | 'encryption'
    | 'quality'
    | 'theme'
    | 'layout'
    | 'features'
    | 'shortcuts'
    | 'startMuted'
    | 'startCameraOff'
    | 'skipPrejoin'
    | 'workerSrc'
    | 'assetBase'
    | 'mode'
    | 'frameSrc'
    | 'tokenSource'
    | 'requestInit'
    | 'tileTag'
    | 'token'
    | 'passphrase'
    | 'session'
    | 'messages'
  >
>;

type Html = Omit<React.HTMLAttributes<Element>, keyof SecureMeetingOptions | keyof SecureMeetingHandlers>;

/** The element's properties, its events, and what every HTML element takes (`lang`, `style`, `slot` children, …). */
export interface SecureMeetingProps extends Html, SecureMeetingOptions, SecureMeetingHandlers {}

// Registers where there are custom elements. Elsewhere Lit makes the properties only when somebody asks which
// attributes are observed, and the component below must know them to keep them out of HTML.
define();
Reflect.get(Element, 'observedAttributes');

/** `<secure-meeting>` as a component. A `ref` gives the element, with its methods. */
export const SecureMeeting: React.ForwardRefExoticComponent<SecureMeetingProps & React.RefAttributes<Element>> =
  createComponent({
    react: React,
    tagName: 'secure-meeting',
    elementClass: Element,
    events: EVENTS,
    displayName: 'SecureMeeting',
  }) as unknown as React.ForwardRefExoticComponent<SecureMeetingProps & React.RefAttributes<Element>>;

/** The element behind the component, for `useRef<SecureMeetingElement>(null)`. */
export type SecureMeetingElement = Element;
export type { SecureMeetingHandlers } from './events.js';
export type { SecureMeetingEventMap } from '../events/index.js';
