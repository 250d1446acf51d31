import { paths } from '@coring/protocol';

/** The pattern of a file's path: what the router goes by, and what the figures name every such request after. */
export const fileRoute = `${paths.files}*name`;
