"""Build songs.csv, plays.csv (a year of listening) and cards.csv (who passed the yearly card on). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2002
N_LISTENERS, N_SONGS, N_ARTISTS, N_CARDS = 60, 760, 150, 2_400
GENRES = np.array(["流行", "民谣", "摇滚", "说唱", "电子", "国风", "古典", "轻音乐"])
GENRE_SHARE = np.array([0.32, 0.14, 0.12, 0.10, 0.09, 0.10, 0.06, 0.07])
HEAD = (
    "晚风 月台 雨巷 海盐 旧信 山雀 青橘 路灯 白昼 候鸟 长夏 纸船 灯塔 麦浪 雪线 窗台 南墙 星港 渡口 荒原 "
    "薄荷 草稿 屋檐 冬青 电车 野火 潮汐 木瓜 云梯 河岸 石榴 黄昏 山路 琥珀 风筝 积木 雾灯 银杏 浮桥 井水"
).split()
TAIL = "来信 不眠 慢车 以北 回声 日记 没有你 与海 三月 在路上 落满肩 的夏天 片刻 天亮前 二手店 独白 练习曲 一万次 倒影 再见".split()
NAME = "青禾 阿屿 北巷 沈木 麦田守望 陆一白 周末电台 南乔 小行星 林间 纸飞机 半岛 木头人 夜航 白噪声".split()
KIND = ["", "乐队", "与朋友", "三重奏", "工作室", "合唱团", "计划", "二人组", "室内乐团", "女孩"]
HOURS = {  # when sessions start: commuters, night owls, all day
    "commute": [1, 0, 0, 0, 0, 1, 4, 14, 13, 4, 2, 2, 4, 3, 2, 2, 3, 8, 14, 9, 5, 5, 3, 2],
    "night": [14, 8, 4, 1, 0, 0, 0, 1, 2, 2, 2, 2, 3, 2, 2, 2, 2, 3, 3, 4, 6, 10, 14, 16],
    "day": [1, 0, 0, 0, 0, 0, 1, 3, 6, 9, 9, 8, 7, 7, 8, 8, 7, 6, 5, 5, 5, 4, 3, 2],
}
PERSONA_SHARE = [0.40, 0.25, 0.35]
FULL = 0.72  # chance that a song is heard to the end
OLD_LOVE = 0.74  # chance that a play is one of the listener's favourites
SLEEPERS = 0.20  # listeners who fall asleep to one calm track on repeat
CARDS = np.array(["只有榜单", "榜单＋标签", "榜单＋比一比"])
OPENED, SHARED = 0.62, np.array([0.17, 0.29, 0.22])  # shared given opened, by card


def songs(rng: np.random.Generator) -> pd.DataFrame:
    """Return the catalogue; titles and artists are made up from two words each."""
    titles = rng.permutation([h + t for h in HEAD for t in TAIL])
    artists = rng.permutation([n + k for n in NAME for k in KIND])[:N_ARTISTS]
    genre = rng.choice(8, size=N_SONGS, p=GENRE_SHARE)
    home = rng.choice(8, size=N_ARTISTS, p=GENRE_SHARE)
    artist = np.array([rng.choice(np.flatnonzero(home == g)) for g in genre])
    length = np.clip(rng.normal(228, 42, N_SONGS), 95, 420) + np.where(genre == 6, 120, 0)
    return pd.DataFrame(
        {
            "song_id": [f"S{1000 + i}" for i in range(N_SONGS)],
            "title": titles[:N_SONGS],
            "artist": artists[artist],
            "genre": GENRES[genre],
            "length_s": length.astype(int),
            "released_year": np.clip(2026 - rng.geometric(0.11, N_SONGS), 1995, 2025),
        }
    )


def listen(rng: np.random.Generator, who: int, table: pd.DataFrame, appeal: np.ndarray) -> list[tuple]:
    """Return the plays of one listener: phases of favourites, sessions, skips, for some a track on repeat at night."""
    genre = pd.Categorical(table["genre"], categories=GENRES).codes
    taste = rng.dirichlet(0.5 + 2.0 * GENRE_SHARE)[genre] * appeal
    taste /= taste.sum()
    loved = rng.choice(N_SONGS, size=int(rng.integers(12, 60)), replace=False, p=taste)
    weight = rng.pareto(1.6, len(loved)) + 0.2
    peak, width = rng.uniform(0, 365, len(loved)), rng.uniform(20, 110, len(loved))
    hours = np.array(HOURS[rng.choice(list(HOURS), p=PERSONA_SHARE)], dtype=float)
    months = np.repeat(rng.gamma(4, 1, 12), 31)[:365]
    days = months * np.where(np.arange(365) % 7 > 4, 1.15, 1.0)
    target = int(np.clip(rng.lognormal(5.26, 0.58), 60, 800))
    lengths, rows = table["length_s"].to_numpy(), []
    while len(rows) < target:
        day = rng.choice(365, p=days / days.sum())
        at = day * 86_400 + int(rng.choice(24, p=hours / hours.sum())) * 3_600 + int(rng.integers(0, 3_600))
        now = weight * np.exp(-(((day - peak) / width) ** 2)) + 0.02
        for _ in range(min(int(rng.geometric(0.2)), 14)):
            if rng.random() < OLD_LOVE:
                song = int(rng.choice(loved, p=now / now.sum()))
            else:
                song = int(rng.choice(N_SONGS, p=taste))
            full = lengths[song] - int(rng.integers(0, 4))
            seconds = full if rng.random() < FULL else int(min(rng.gamma(1.3, 24) + 2, full))
            rows.append((who, song, at, seconds, 0))
            at += seconds + int(rng.integers(1, 6))
    if rng.random() < SLEEPERS:
        calm = rng.choice(np.flatnonzero(genre == 7))
        for day in rng.choice(365, size=int(rng.integers(3, 9)), replace=False):
            at = day * 86_400 + 82_800 + int(rng.integers(0, 3_600))
            for _ in range(int(rng.integers(5, 14))):
                rows.append((who, calm, at, int(lengths[calm]), 1))
                at += int(lengths[calm]) + 1
    return rows


def make(folder: Path) -> None:
    """Write the three tables into `folder`."""
    rng = np.random.default_rng(SEED)
    table = songs(rng)
    appeal = rng.pareto(1.7, N_SONGS) + 0.4
    rows = [row for who in range(1, N_LISTENERS + 1) for row in listen(rng, who, table, appeal)]
    who, song, at, seconds, loop = (np.array(column) for column in zip(*rows, strict=True))
    plays = pd.DataFrame(
        {
            "listener_id": who,
            "song_id": table["song_id"].to_numpy()[song],
            "started_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(at, unit="s"),
            "seconds": seconds,
            "loop": loop,
        }
    )
    plays = plays[plays["started_at"] < pd.Timestamp("2026-01-01")].reset_index(drop=True)
    # Flaws: crashes (0 seconds), a timer that ran on after the song had ended, rows sent twice, songs without a genre.
    odd = rng.choice(np.flatnonzero(plays["loop"] == 0), size=75, replace=False)
    plays.loc[odd[:40], "seconds"] = 0
    plays.loc[odd[40:], "seconds"] = rng.integers(4_000, 30_000, 35)
    copies = plays.iloc[rng.choice(len(plays), size=90, replace=False)]
    plays = pd.concat([plays, copies]).sort_values(["started_at", "listener_id", "song_id"], kind="stable")
    plays["started_at"] = plays["started_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    table.loc[rng.choice(N_SONGS, size=14, replace=False), "genre"] = ""
    card = rng.permutation(np.resize(np.arange(3), N_CARDS))
    opened = rng.random(N_CARDS) < OPENED
    shared = opened & (rng.random(N_CARDS) < SHARED[card])
    friends = np.where(shared, rng.negative_binomial(0.45, 0.18, N_CARDS), 0)
    cards = pd.DataFrame(
        {
            "receiver_id": [f"R{10000 + i}" for i in range(N_CARDS)],
            "card": CARDS[card],
            "opened": opened.astype(int),
            "shared": shared.astype(int),
            "friends_opened": friends,
        }
    )
    for name, frame in {"songs": table, "plays": plays, "cards": cards}.items():
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
