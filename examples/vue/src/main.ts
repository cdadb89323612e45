import { createApp } from 'vue';
import 'secure-meeting/define';
import 'secure-meeting/place.css';
import App from './app.vue';

createApp(App).mount('#root');
