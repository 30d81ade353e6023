"""第 5 章 客户信息管理：收集、质量、查重与合并、隐私、标签、关键词、推荐与关联。"""

from crmlab.information.baskets import association_rules
from crmlab.information.collection import InformationValue, field_coverage, information_value, source_cost
from crmlab.information.duplicates import COMPARISONS, DuplicateResult, find_duplicates
from crmlab.information.identifiers import check_mobile, check_resident_id
from crmlab.information.items import SIMILARITIES, category_entropy, recommend_items, similar_items
from crmlab.information.masking import MASK_KINDS, MASK_LEVELS, find_personal, mask
from crmlab.information.merging import (
    SURVIVORSHIP,
    DuplicateQuality,
    MergeResult,
    duplicate_quality,
    merge_duplicates,
)
from crmlab.information.privacy import (
    ACCESS_LEVELS,
    KAnonymityResult,
    LDiversityResult,
    k_anonymity,
    l_diversity,
    permitted_view,
)
from crmlab.information.quality import DIMENSIONS, QualityReport, quality_report
from crmlab.information.sql import sql_query
from crmlab.information.tags import TAG_OPERATORS, ProfileTags, profile_tags
from crmlab.information.text import STOP_WORDS, keyword_table

__all__ = [
    "ACCESS_LEVELS",
    "COMPARISONS",
    "DIMENSIONS",
    "MASK_KINDS",
    "MASK_LEVELS",
    "SIMILARITIES",
    "STOP_WORDS",
    "SURVIVORSHIP",
    "TAG_OPERATORS",
    "DuplicateQuality",
    "DuplicateResult",
    "InformationValue",
    "KAnonymityResult",
    "LDiversityResult",
    "MergeResult",
    "ProfileTags",
    "QualityReport",
    "association_rules",
    "category_entropy",
    "check_mobile",
    "check_resident_id",
    "duplicate_quality",
    "field_coverage",
    "find_duplicates",
    "find_personal",
    "information_value",
    "k_anonymity",
    "keyword_table",
    "l_diversity",
    "mask",
    "merge_duplicates",
    "permitted_view",
    "profile_tags",
    "quality_report",
    "recommend_items",
    "similar_items",
    "source_cost",
    "sql_query",
]
