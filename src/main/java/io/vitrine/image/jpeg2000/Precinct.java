package io.vitrine.image.jpeg2000;

/** The code blocks of a subband that share their packets. */
final class Precinct {
    final int columns;
    final int rows;
    final CodeBlock[] blocks;
    final TagTree inclusion;
    final TagTree emptyPlanes;
    private final Area area;
    private final int widthBits;
    private final int heightBits;

    /**
     * @param area of the coefficients, not empty
     * @param widthBits log2 of the width of a code block
     */
    Precinct(Area area, int widthBits, int heightBits) {
        this.area = area;
        this.widthBits = widthBits;
        this.heightBits = heightBits;
        this.columns = columns(area, widthBits);
        this.rows = rows(area, heightBits);
        this.blocks = new CodeBlock[columns * rows];
        this.inclusion = new TagTree(columns, rows);
        this.emptyPlanes = new TagTree(columns, rows);
    }

    static int columns(Area area, int widthBits) {
        return Area.ceilShift(area.right(), widthBits) - (area.left() >> widthBits);
    }

    static int rows(Area area, int heightBits) {
        return Area.ceilShift(area.bottom(), heightBits) - (area.top() >> heightBits);
    }

    /** Where the coefficients of a block are in the subband. */
    Area block(int index) {
        int x = (area.left() >> widthBits) + index % columns << widthBits;
        int y = (area.top() >> heightBits) + index / columns << heightBits;
        return new Area(
                Math.max(x, area.left()),
                Math.max(y, area.top()),
                Math.min(x + (1 << widthBits), area.right()),
                Math.min(y + (1 << heightBits), area.bottom()));
    }
}
