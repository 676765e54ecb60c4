import fc from "fast-check";

/*
 * The random cases of the tests are the same in every run, so that what fails, fails again. Another
 * number tries others: `FUSEBOARD_SEED=$RANDOM npm test -- peers`.
 */
fc.configureGlobal({ seed: Number(process.env.FUSEBOARD_SEED ?? 20_260_501) });
