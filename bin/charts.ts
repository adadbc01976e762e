import { synthesizeCharts } from '#charts/app.ts';

synthesizeCharts();
