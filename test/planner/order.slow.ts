import { manyInOrder } from './order-many.ts';

manyInOrder(100_000);
