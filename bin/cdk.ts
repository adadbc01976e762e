import { synthesizeForCdk } from '#infra/synthesize.ts';

synthesizeForCdk();
