import { mount } from 'svelte';
import 'secure-meeting/define';
import 'secure-meeting/place.css';
import App from './app.svelte';

mount(App, { target: document.querySelector('#root')! });
