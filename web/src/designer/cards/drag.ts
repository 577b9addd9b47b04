/** The type under which a dragged card travels: its id. */
export const CARD = "application/x-keyturn-card";
