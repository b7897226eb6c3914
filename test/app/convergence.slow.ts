import { converges } from './convergence.ts';
import { group } from '../kit/group.ts';

group('convergence, at length', (test) => {
  test('a thousand stories', () => converges(1000), { seconds: 900 });
});
