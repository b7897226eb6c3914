import { converges } from './convergence.ts';
import { group } from '../kit/group.ts';

group('convergence', (test) => {
  test(
    'after any bad days a few quiet runs bring the world to what is written, make nothing twice and touch nothing of others',
    () => converges(60),
    { seconds: 100 },
  );
});
