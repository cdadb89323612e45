/** `secure-meeting.classic.js`, for a plain `<script>`: registers the tags; the barrel is the global `SecureMeeting`. */
import '../define/index.js';
export * from '../index.js';
