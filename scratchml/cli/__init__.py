"""The command line: ``scratchml tour | trace | list | course | warmup | info``.

Exit codes: 0 all well; 1 the command ran and found something wrong (a score below its reference, a failed fit);
2 the command was called wrongly. Ctrl-C gives 130.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import __version__

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scratchml",
        description="Machine-learning algorithms from scratch, to be read, run and trusted.",
        epilog="Start with: scratchml tour",
    )
    parser.add_argument("--version", action="version", version=f"scratchml {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    tour = commands.add_parser(
        "tour",
        help="fit every estimator on real data, compare with stored reference scores, draw a gallery",
        description="Fit every estimator of the package on bundled real data, print each score beside the stored score "
        "of scikit-learn, and write pictures and one self-contained index.html.",
        epilog="Exit code 1 if any score is worse than its reference allows, or an estimator fails.",
    )
    tour.add_argument("names", nargs="*", metavar="NAME", help="tour only these estimators (default: all)")
    tour.add_argument(
        "-o", "--output", type=Path, default=Path("scratchml-tour"), metavar="FOLDER", help="default: %(default)s"
    )
    tour.add_argument("--no-pictures", action="store_true", help="print the table only")

    film = commands.add_parser(
        "trace",
        help="fit one algorithm step by step; write an HTML player or a GIF",
        description="Fit one algorithm to small data, print its steps, and write them as one offline HTML page with a "
        "slider, the line of the source and the formula of each step, or as an animated GIF.",
        epilog="For example: scratchml trace SVC --set C=10; scratchml trace KMeans --data blobs --gif kmeans.gif. "
        "'scratchml list' names all algorithms.",
    )
    film.add_argument("name", metavar="ALGORITHM", help="an estimator or agent, such as KMeans, SVC, QLearning")
    film.add_argument(
        "--data",
        metavar="NAME",
        help="what to fit it to (default: what suits it): petals, two-petals, iris, wine, breast-cancer, moons, "
        "circles, blobs, body-mass, diabetes; for agents lake, slippery-lake, cliff, taxi",
    )
    film.add_argument("--html", type=Path, metavar="OUT", help="where to (default: ALGORITHM.html, without --gif)")
    film.add_argument("--gif", type=Path, metavar="OUT", help="write an animated GIF")
    film.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="options", help="a parameter; may be repeated"
    )
    film.add_argument("--frames", type=int, default=60, metavar="N", help="most steps shown (default: %(default)s)")

    listing = commands.add_parser(
        "list", help="list every estimator", description="List every estimator with its room and what it does."
    )
    listing.add_argument(
        "--kind",
        choices=["classifier", "regressor", "clusterer", "transformer", "sampler", "outlier_detector", "agent"],
    )

    commands.add_parser(
        "warmup",
        help="compile every kernel once",
        description="Compile every kernel once and keep the machine code on disk, so that later first calls are fast.",
    )
    commands.add_parser(
        "info",
        help="versions, threads, cache",
        description="Print versions, threads, BLAS and where compiled kernels are kept.",
    )
    from ..coursework.commands import add_course_parser

    add_course_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed what is wrong, or the help
        return int(stop.code or 0)
    try:
        if arguments.command == "tour":
            from .tour import tour

            return tour(arguments.names, None if arguments.no_pictures else arguments.output)
        if arguments.command == "trace":
            from .tracing import trace_command

            a = arguments
            return trace_command(a.name, a.data, a.html, a.gif, a.options, a.frames)
        if arguments.command == "list":
            from .listing import print_list

            return print_list(arguments.kind)
        if arguments.command == "warmup":
            from .warmup import warmup

            return warmup()
        if arguments.command == "course":
            from ..coursework.commands import run_course

            return run_course(arguments)
        from .info import print_info

        return print_info()
    except KeyboardInterrupt:
        print("scratchml: stopped", file=sys.stderr)
        return 130
    except (OSError, ValueError) as error:
        print(f"scratchml {arguments.command}: {error}", file=sys.stderr)
        return 2
