package io.braid.task.visual;

/**
 * A corner of the picture's grid of units: 0 is the left or upper edge.
 *
 * @param x units from the left
 * @param y units from the top
 */
record Point(int x, int y) {}
