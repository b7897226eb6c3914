import { pagesPrintWhatTheySay } from './kit/pages.ts';

pagesPrintWhatTheySay('README', ['README.md']);
