import type { Fields } from '../../../src/core/value.ts';
import { confhoard } from '../../../src/providers/confhoard/index.ts';
import { config } from '../../../src/providers/confhoard/kinds/config.ts';
import type { Spec } from '../../../src/providers/confhoard/kinds/config-spec.ts';
import { kindLaws } from '../../kit/laws.ts';
import { can, engine, openBench } from './bench.ts';

const zone = (config: Fields): Spec => ({ module: 'brewhouse', path: '/brewhouse/temperature/fermentation', config });
const probe = (n: number, config: Fields): Spec => ({
  module: 'brewhouse',
  path: `/brewhouse/temperature/hardware/probe[id='28-${n.toString(16).padStart(4, '0')}']`,
  config,
});

const common = {
  provider: confhoard,
  kind: config,
  open: openBench,
  can,
  engine,
  nth: (n: number): Spec => probe(n + 1, { description: `probe ${n}` }),
};

kindLaws({
  ...common,
  name: 'confhoard/Config on a zone',
  samples: [
    zone({ setpoint: 18.5, highpoint: '18.8', lowpoint: 18.2 }),
    zone({ setpoint: '18.70', lowpoint: 18.2, highpoint: '19.00' }),
    { module: 'brewhouse', path: '/brewhouse:brewhouse/temperature/fermentation', zone: { target: 12, band: '0.50' } },
    zone({ lowpoint: 16.5 }),
  ],
  elsewhere: { at: '/config/lowpoint', value: '18.0' },
  invalid: zone({ setpoint: '30.0' }),
});

kindLaws({
  ...common,
  name: 'confhoard/Config on lists',
  samples: [
    probe(7, { description: 'in the chamber', offsets: [{ low: 50, high: 60, offset: 1.5 }] }),
    probe(7, {
      description: 'in the chamber',
      offsets: [
        { low: '5.0', high: 10, offset: '-0.25' },
        { low: '50', high: '60.0', offset: 2 },
      ],
    }),
    { ...probe(7, { offsets: [{ low: 60, high: 75, offset: 0 }] }), replace: true },
  ],
  elsewhere: { at: '/config/description', value: 'on the wall' },
  invalid: probe(7, { offsets: [{ low: 70, high: 60, offset: 0 }] }),
});
