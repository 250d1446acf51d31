/** How often a CHECK goes round while nothing happens. */
export const CHECK_INTERVAL_MS = 5_000;
/** Without a CHECK for so long, others than the first node of the ring start one. */
export const TAKE_OVER_MS = 3 * CHECK_INTERVAL_MS;
/** Nodes per arc: a lap of more is cut into arcs that go at the same time, so that it takes no longer. */
export const ARC_MAX = 64;
/** A lap that is not home by then is lost: the next one finds out more. */
export const LAP_MS = 10_000;
/** Hops that a lap may take beyond the number of nodes: newcomers on its way. */
export const HOPS_SPARE = 8;
/** How long a hop waits for its ACK, times one more than this node's doubt in itself. */
export const HOP_MS = 500;
/** Sightings that one CHECK carries. */
export const SEEN_MAX = 128;
/** Sightings with which a CHECK is sent off: those of earlier laps, for the nodes that a lap meets before it meets the others. */
export const TOLD_MAX = SEEN_MAX - ARC_MAX;
/** One in so many laps tells them. */
export const TELL_EVERY = 6;
/** Skipped nodes that a CHECK names; more are skipped without. */
export const SKIPPED_MAX = 128;
/** Laps of its own that a node keeps in mind at once. */
export const OWN_LAPS_MAX = 32;
/** Arcs that passed and are remembered. */
export const PASSED_MAX = 2_000;
/** A lap that came home longer ago says nothing of now: the interval until others take over, and one to go round. */
export const RECENT_MS = TAKE_OVER_MS + CHECK_INTERVAL_MS;
