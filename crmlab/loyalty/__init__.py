"""第 7 章 客户忠诚管理：RFM、复购与留存、购买模型、终身价值、忠诚类型、品牌转换、会员与社群。"""

from crmlab.loyalty.attitudes import (
    LOYALTY_KINDS,
    LoyaltyMatrix,
    SatisfactionLoyalty,
    loyalty_matrix,
    satisfaction_loyalty_curve,
)
from crmlab.loyalty.bgbb import BetaGeoBetaBinomial
from crmlab.loyalty.bgnbd import BetaGeoModel
from crmlab.loyalty.care import CARE_KINDS, CareDue, care_due
from crmlab.loyalty.clubs import ClubResult, KFactor, club_economics, engagement_retention, k_factor, viral_growth
from crmlab.loyalty.clv import TIMINGS, ClvResult, customer_lifetime_value, predicted_clv, profit_by_tenure
from crmlab.loyalty.cohort import CohortRetention, cohort_retention
from crmlab.loyalty.gammagamma import GammaGamma
from crmlab.loyalty.holdout import calibration_holdout, holdout_table, tracking_data
from crmlab.loyalty.measures import RepeatRate, WalletShare, loyalty_index, repeat_purchase_rate, share_of_wallet
from crmlab.loyalty.membership import TierMigration, assign_tiers, growth_value, tier_cost, tier_migration
from crmlab.loyalty.paretonbd import ParetoNBD
from crmlab.loyalty.points import PointsAccount, points_account
from crmlab.loyalty.promises import promise_keeping
from crmlab.loyalty.retention import RetentionRate, SbgResult, retention_rate, sbg_retention
from crmlab.loyalty.rfm import RFM_SEGMENTS, rfm_scores, rfm_segments, rfm_summary, rfm_values
from crmlab.loyalty.switching import SwitchingResult, brand_switching, project_shares, steady_state

__all__ = [
    "CARE_KINDS",
    "LOYALTY_KINDS",
    "RFM_SEGMENTS",
    "TIMINGS",
    "BetaGeoBetaBinomial",
    "BetaGeoModel",
    "CareDue",
    "ClubResult",
    "ClvResult",
    "CohortRetention",
    "GammaGamma",
    "KFactor",
    "LoyaltyMatrix",
    "ParetoNBD",
    "PointsAccount",
    "RepeatRate",
    "RetentionRate",
    "SatisfactionLoyalty",
    "SbgResult",
    "SwitchingResult",
    "TierMigration",
    "WalletShare",
    "assign_tiers",
    "brand_switching",
    "calibration_holdout",
    "care_due",
    "club_economics",
    "cohort_retention",
    "customer_lifetime_value",
    "engagement_retention",
    "growth_value",
    "holdout_table",
    "k_factor",
    "loyalty_index",
    "loyalty_matrix",
    "points_account",
    "predicted_clv",
    "profit_by_tenure",
    "project_shares",
    "promise_keeping",
    "repeat_purchase_rate",
    "retention_rate",
    "rfm_scores",
    "rfm_segments",
    "rfm_summary",
    "rfm_values",
    "satisfaction_loyalty_curve",
    "sbg_retention",
    "share_of_wallet",
    "steady_state",
    "tier_cost",
    "tier_migration",
    "tracking_data",
    "viral_growth",
]
