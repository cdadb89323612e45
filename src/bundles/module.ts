/** `secure-meeting.js`, for `<script type="module">`: registers the tags. The rest loads when it is needed. */
import '../define/index.js';
