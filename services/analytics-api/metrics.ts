import { analyticsApi } from '#catalog/services/analytics-api.ts';

/** Its entry in the catalog says which metrics it exports. */
export const service = analyticsApi;
