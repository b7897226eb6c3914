import { pipelineLaws } from './laws-of-pipelines.ts';
import { pluginLaws } from './laws-of-plugins.ts';

pluginLaws(3);
pipelineLaws(3);
